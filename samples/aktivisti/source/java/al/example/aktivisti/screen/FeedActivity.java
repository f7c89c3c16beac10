package al.example.aktivisti.screen;

import al.example.aktivisti.R;
import al.example.aktivisti.device.GalleryReader;
import al.example.aktivisti.model.Post;
import al.example.aktivisti.score.Points;
import android.content.Intent;
import android.net.Uri;
import android.os.Bundle;
import android.provider.MediaStore;
import android.view.View;
import android.widget.Toast;
import com.google.firebase.analytics.FirebaseAnalytics;

/** Posts to like and share. */
public class FeedActivity extends TimedActivity implements View.OnClickListener {
    private final Post post = new Post("1", "facebook", "https://aktivisti.example/post/1");

    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.activity_feed);
        findViewById(R.id.like).setOnClickListener(this);
        findViewById(R.id.unlike).setOnClickListener(this);
        findViewById(R.id.share).setOnClickListener(this);
        findViewById(R.id.attach_photo).setOnClickListener(view -> attachPhoto());
    }

    @Override
    public void onClick(View view) {
        if (view.getId() == R.id.like) {
            onLike();
        } else if (view.getId() == R.id.unlike) {
            onUnlike();
        } else {
            onShare();
        }
    }

    private void onLike() {
        startActivity(new Intent(Intent.ACTION_VIEW, Uri.parse(post.address)).setPackage("com.facebook.katana"));
        Points.onLike(post.id);
        Toast.makeText(this, R.string.like_recorded, Toast.LENGTH_SHORT).show();
    }

    private void onUnlike() {
        Points.onUnlike(post.id);
        Toast.makeText(this, R.string.unlike_recorded, Toast.LENGTH_SHORT).show();
    }

    private void onShare() {
        Intent send = new Intent(Intent.ACTION_SEND).setType("text/plain").putExtra(Intent.EXTRA_TEXT, post.address);
        startActivity(Intent.createChooser(send, getString(R.string.share)));
        Points.onShare(post.id);
        Bundle values = new Bundle();
        values.putString(FirebaseAnalytics.Param.CONTENT_TYPE, post.network);
        values.putLong(FirebaseAnalytics.Param.SCORE, Points.POINTS_PER_SHARE);
        FirebaseAnalytics.getInstance(this).logEvent(FirebaseAnalytics.Event.SHARE, values);
        Toast.makeText(this, R.string.share_recorded, Toast.LENGTH_SHORT).show();
    }

    private void attachPhoto() {
        if (GalleryReader.images(this) + GalleryReader.videos(this) == 0) {
            startActivityForResult(new Intent(MediaStore.ACTION_IMAGE_CAPTURE), 2);
        }
    }
}
